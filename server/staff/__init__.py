"""For those who check and publish: the token, reports brought in, doubts, decisions, builds."""
