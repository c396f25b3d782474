"""How a mail leaves the house once, whatever it says: the ledger it stands in, and the message itself."""
