"""Graphs on disk, answers out: release → embedded, remote → answer; search beside them."""
