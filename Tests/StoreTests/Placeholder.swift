// Goes away with the first real file.
