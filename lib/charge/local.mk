# lib/charge: sources and programs of this room
