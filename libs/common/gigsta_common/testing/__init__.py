"""What tests of every service share: real servers, a database per test, a clock that stands still, tokens, a bus."""
