"""Alerts (预警): warnings broadcast to many units at once, and who was reached."""
