"""Mail as a means: composing in the reader's language, sending by SMTP, a folder for development.

It knows no login and no person: who has which address is the business of the access room, which
runs the jobs that are asked for here.
"""
