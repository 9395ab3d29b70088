# lib/proto: sources and programs of this room
