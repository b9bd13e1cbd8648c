"""Messages to readings or rejections, by formats that are described and not programmed.

`formats.parse_formats` turns YAML into `format.Format`s; `normaliser.Normaliser` applies them to
batches of messages. One message with one number goes through `quick`, in columns; everything else,
and whatever is odd, through `reader`, message by message. Both say the same, to the bit.
"""
