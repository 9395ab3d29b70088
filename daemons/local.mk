# daemons: sources and programs of this room
