"""A local page that shows the note while its workbook is being written.

The server (`serve`, `app`, `door`) answers the browser and keeps what was last shown
(`session`). Two processes do the work, so that neither a reader's crash nor a long page
can hold the page up: `quick` composes the note for the screen, `proof` then builds it as
`reportgen build` would and says whether it may leave the house.
"""
