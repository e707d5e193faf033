"""From files in an inbox to history: read, clean, stage, gate, file."""
