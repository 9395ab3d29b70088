# jobs: sources and programs of this room
