"""Tables' base, column types, engines and the place where units of work are run."""
