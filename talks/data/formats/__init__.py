"""The formats. Each is given what it says, and knows nothing of requests.

atom         feeds
calendar     rounds as iCalendar
"""
