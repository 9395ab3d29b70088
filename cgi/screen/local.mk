# cgi/screen: sources and programs of this room
