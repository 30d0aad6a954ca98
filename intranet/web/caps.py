"""Every limit on what may be sent, in one table. Over it: 400, 413, 414 or 422, in words."""

BODY = 20_000  # characters of a post, comment or message
NAME = 80  # characters of a room's name
LINE = 120  # characters of other one-line fields
DESCRIPTION = 500  # characters of a room's description
ALT = 500  # characters of a picture's description
QUERY = 500  # characters typed into a search box
FILES = 10  # files in one form
FILE_SIZE = 25 << 20  # bytes of one attached file
REQUEST_SIZE = 64 << 20  # bytes of a whole request
FORM_PARTS = 200  # fields in one form
FORM_MEMORY = 500_000  # bytes of a form's fields without its files
PATH = 4_000  # characters of a path with its query
PAGE = 20  # entries on one page
LIST = 100  # things in one answer of the API
JSON_DEPTH = 20  # objects and lists inside one another
STREAMS = 20  # open streams of one person
STREAM_BACKLOG = 500  # messages that wait for one slow stream
REPLAY = 1_000  # events that a stream may catch up on
