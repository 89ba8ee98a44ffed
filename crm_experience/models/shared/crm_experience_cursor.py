from odoo import api, fields, models


class CrmExperienceCursor(models.Model):
    """How far a job has come, so that it goes on there after it was stopped.

    A row of its own rather than a parameter: changing a parameter empties the caches of all
    workers.
    """

    _name = "crm.experience.cursor"
    _description = "Progress of a Job"

    name = fields.Char(required=True)
    moment = fields.Datetime(help="Everything up to then is done.")
    sweep = fields.Datetime(help="When the round that is going on began.")
    number = fields.Integer(aggregator=None, help="The last record of the round that is done.")

    _name_unique = models.Constraint("UNIQUE(name)", "There is one row for a job.")

    @api.model
    def _get(self, name):
        """Return the row of a job."""
        # Only jobs use it, which have all rights.
        cursors = self.sudo()
        return cursors.search([("name", "=", name)]) or cursors.create({"name": name})

    def _begin(self):
        """Begin a round, or go on with the one that was stopped."""
        if not self.sweep:
            self.sweep = fields.Datetime.now()

    def _end(self):
        """The round is done: what has happened since it began is for the next one."""
        self.write({"moment": self.sweep, "sweep": False, "number": 0})
