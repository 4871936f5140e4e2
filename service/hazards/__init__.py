"""Hazards (隐患): what people and the clock do to them from the finding to the closing."""
