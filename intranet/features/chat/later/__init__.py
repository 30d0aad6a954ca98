"""Messages with a time: nobody but their author knows of them until then."""
