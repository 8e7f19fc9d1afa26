//! The endpoints of the two services: Bedrock Runtime, which has the models, and Bedrock, the control plane, which has the lists.
//!
//! The order of the sources is AWS's: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.

use outcrop_core::ModelError;

use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::profile::Profiles;
use crate::settings::Settings;

/// The variable of the endpoint of all services.
const ALL_SERVICES: &str = "AWS_ENDPOINT_URL";

/// The variable that switches off the endpoints of variables and profiles.
const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/// The path of an endpoint that a profile has for all services, in errors.
const PROFILE: &str = "profile.endpoint_url";

/// The names of a service in the sources of endpoints.
struct Service {
    variable: &'static str,
    /// The keys in a `services` section, and the path in errors.
    keys: &'static [&'static str],
    path: &'static str,
}

const RUNTIME: Service = Service {
    variable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    // The SDK derives the key from the service id "Bedrock Runtime", with a hyphen, and AWS documents an underscore:
    // https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html. Both are read.
    keys: &["bedrock_runtime", "bedrock-runtime"],
    path: "services.bedrock_runtime.endpoint_url",
};

const CONTROL: Service = Service {
    variable: "AWS_ENDPOINT_URL_BEDROCK",
    keys: &["bedrock"],
    path: "services.bedrock.endpoint_url",
};

/// The endpoints that are configured.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// The endpoint of Bedrock Runtime; `None` if it is AWS's own.
    pub(crate) runtime: Option<Endpoint>,
    /// The endpoint of the control plane; `None` if it is that of the runtime, or AWS's own.
    pub(crate) control: Option<Endpoint>,
}

impl Endpoints {
    /// Returns the endpoints of the settings, else those of the service in variable and profile, else those of all services.
    ///
    /// # Errors
    /// Code `InvalidEndpoint`: a URL cannot be used.
    pub(crate) fn resolve(
        settings: &Settings,
        env: &Environment,
        profiles: Option<&Profiles>,
    ) -> Result<Self, ModelError> {
        let (env, profiles) =
            if ignores_configured(env, profiles) { (None, None) } else { (Some(env), profiles) };
        let given = settings.endpoint_url.as_deref();
        let runtime = match given {
            Some(url) => Some(Endpoint::parse(url, "endpoint_url")?),
            None => RUNTIME.find(env, profiles, true)?,
        };
        let control = match settings.control_endpoint_url.as_deref() {
            Some(url) => Some(Endpoint::parse(url, "control_endpoint_url")?),
            // A URL in the settings, such as an emulator's, serves both. It is more specific than one for all services.
            None => CONTROL.find(env, profiles, given.is_none())?,
        };
        Ok(Self { runtime, control })
    }
}

impl Service {
    /// Returns the endpoint of the service, else that of all services if these count: first of variables, then of the profile.
    fn find(
        &self,
        env: Option<&Environment>,
        profiles: Option<&Profiles>,
        with_all_services: bool,
    ) -> Result<Option<Endpoint>, ModelError> {
        let variable = |name: &'static str| Some((env?.get(name)?, name));
        let section = || Some((profiles?.service_endpoint_url(self.keys)?.to_owned(), self.path));
        let profile = || Some((profiles?.endpoint_url()?.to_owned(), PROFILE));
        let found = variable(self.variable)
            .or_else(|| variable(ALL_SERVICES).filter(|_| with_all_services))
            .or_else(section)
            .or_else(|| profile().filter(|_| with_all_services));
        found.map(|(url, source)| Endpoint::parse(&url, source)).transpose()
    }
}

/// Returns whether the variable, else the profile, switches off configured endpoints.
fn ignores_configured(env: &Environment, profiles: Option<&Profiles>) -> bool {
    let value = env.get(IGNORE);
    let value = value.as_deref().or_else(|| profiles?.ignore_configured_endpoint_urls());
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests {
    use super::{Endpoints, Environment};
    use crate::settings::Settings;

    /// Settings, variables, and the hosts of runtime and control plane.
    type Case<'a> = (&'a Settings, &'a [(&'a str, &'a str)], [Option<&'a str>; 2]);

    /// Returns the hosts of runtime and control plane.
    fn hosts(settings: &Settings, variables: &[(&str, &str)]) -> (Option<String>, Option<String>) {
        let env = Environment::from_variables(variables.iter().copied());
        let found = Endpoints::resolve(settings, &env, None).expect("the URLs are usable");
        let host = |endpoint: Option<crate::endpoint::Endpoint>| endpoint.map(|url| url.host().to_owned());
        (host(found.runtime), host(found.control))
    }

    #[test]
    fn given_url_comes_before_the_variable_of_the_service_and_that_of_all_services() {
        let all = ("AWS_ENDPOINT_URL", "http://all");
        let runtime = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://runtime");
        let control = ("AWS_ENDPOINT_URL_BEDROCK", "http://control");
        let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True");
        let none = Settings::new();
        let given = Settings::new().with_endpoint_url("http://given");
        let both = given.clone().with_control_endpoint_url("http://lists");
        let table: [Case<'_>; 10] = [
            (&none, &[], [None, None]),
            (&none, &[all], [Some("all"), Some("all")]),
            (&none, &[all, runtime], [Some("runtime"), Some("all")]),
            (&none, &[runtime], [Some("runtime"), None]),
            (&none, &[all, runtime, control], [Some("runtime"), Some("control")]),
            (&none, &[all, runtime, control, ignored], [None, None]),
            (&none, &[("AWS_ENDPOINT_URL", "")], [None, None]),
            // An emulator serves both.
            (&given, &[all, runtime], [Some("given"), None]),
            (&given, &[all, runtime, control], [Some("given"), Some("control")]),
            (&both, &[all, runtime, control, ignored], [Some("given"), Some("lists")]),
        ];
        for (settings, variables, [runtime, control]) in table {
            let expected = (runtime.map(str::to_owned), control.map(str::to_owned));
            assert_eq!(hosts(settings, variables), expected, "{settings:?} {variables:?}");
        }
    }

    #[test]
    fn error_names_the_setting_of_the_control_plane() {
        let settings = Settings::new().with_control_endpoint_url("x");
        let error = Endpoints::resolve(&settings, &Environment::default(), None).expect_err("no URL");
        assert_eq!((error.code(), error.path()), (Some("InvalidEndpoint"), Some("control_endpoint_url")));
    }
}
