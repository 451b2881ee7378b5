"""Measurements: agreement, resistance to gaming, speed. Results carry n, interval and signature."""
