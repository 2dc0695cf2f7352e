"""Imports: article files are uploaded, checked, mended, compared with the record, loaded and, if need be, undone.

pages    the pages, and who may do what there
forms    for files, for texts that are mended in place, for publishers that are lacking
shown    what pages show of mistakes, of differences and of what was loaded
"""

from talks.admin.imports import pages

__all__ = ["pages"]
