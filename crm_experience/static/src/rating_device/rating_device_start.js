import { startPage } from "@crm_targets/page/page";
import { RatingDevice } from "./rating_device";

startPage("crm_experience", RatingDevice, odoo.rating_device);
