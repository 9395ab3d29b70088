# cgi/resource: sources and programs of this room
