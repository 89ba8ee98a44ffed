from . import digest, poster
