"""An answer as a picture: what is drawn, and the SVG of it."""
