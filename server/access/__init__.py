"""Who may act for whom: logins, sessions of pages, client applications and their tokens."""
