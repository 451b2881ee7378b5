"""Streamlit pages, thin: widgets, one call, rendering."""
