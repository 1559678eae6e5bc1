"""Two people of other servers whose activities arrive: one is followed here, one is not."""

ROB = "https://far.example/users/rob"
EVE = "https://evil.example/users/eve"
