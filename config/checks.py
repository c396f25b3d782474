"""What refuses a production start with a wrong set-up."""
