"""What assistants ask: a server of the Model Context Protocol that only reads, by the forms and queries of the pages.

answers   what is answered: things with what is told of them, and of each fact where to read it; as values and as text
tools     what can be asked: by which form, and what answers it
server    these as the package `mcp` serves them; imported when the first assistant asks, since that takes long
"""

MOST = 64 * 1024  # bytes of a question: none that makes sense is longer
