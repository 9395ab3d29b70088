# cgi/driver: sources and programs of this room
