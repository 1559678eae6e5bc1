"""People of this instance and elsewhere: who they are, who may see them, how they stand."""
