"""The application: engines below, features between, surfaces above; see `features.py`."""
