# t: sources and programs of this room
