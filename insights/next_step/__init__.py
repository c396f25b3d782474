"""Next step: pure scoring, stored decisions, recalculation."""
