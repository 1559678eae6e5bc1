"""How people come to this instance: invitations, applications, and what they agree to."""
