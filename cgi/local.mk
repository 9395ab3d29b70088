# cgi: sources and programs of this room
