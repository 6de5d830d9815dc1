"""What W3C has written down: SPARQL, the Graph Store, descriptions of service and data set, addresses of things."""
