// The API's pages: Swagger UI from our own files, asking no outside validator.
import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-bundle.js";

const place = document.getElementById("api");
if (place) SwaggerUIBundle({ url: place.dataset.url, domNode: place, validatorUrl: null, deepLinking: true });
