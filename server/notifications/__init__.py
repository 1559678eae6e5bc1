"""Who is told what: notifications of people of this instance."""
