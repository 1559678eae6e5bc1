"""The ways in: password, passkey, link by e-mail, code from the staff, second factor, session."""
