from odoo.addons.crm_experience.tools.portal_form import (
    MOST_BYTES,
    MOST_FILES,
    FormError,
    check_file,
    clean_file_name,
)
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype


def read_files(key):
    """Return the files that came with the form, as (name, content).

    What a file is, is said by its content, never by its name or its sender.

    :raises FormError: ``files``, ``size``, ``type``
    """
    uploads = [upload for upload in request.httprequest.files.getlist(key) if upload.filename]
    if len(uploads) > MOST_FILES:
        raise FormError("files", key, limit=MOST_FILES)
    files = []
    for upload in uploads:
        name = clean_file_name(upload.filename)
        content = upload.stream.read(MOST_BYTES + 1)
        mimetype = guess_mimetype(content, default="application/octet-stream").split(";")[0]
        check_file(key, name, len(content), mimetype)
        files.append((name, content))
    return files
