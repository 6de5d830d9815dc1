"""Who answers a query: processes that can be ended, what a query may ask for, what a client may use."""
