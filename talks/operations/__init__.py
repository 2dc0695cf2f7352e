"""What keeps a site going.

backup     copies a database and puts it back
copying    moves a site to another one
doctor     looks it over
readiness  says whether all parts answer
figures    counts for Prometheus
"""
