//! The findings of automated reasoning: whether a response follows from the rules of a policy.

use outcrop_core::{open_enum, open_struct, open_union};
use serde_json::Number;

open_struct! {
    /// The findings of automated reasoning.
    pub struct GuardrailAutomatedReasoningPolicyAssessment {
        /// The findings.
        optional findings: Vec<GuardrailAutomatedReasoningFinding> = "findings",
    }
}

open_union! {
    /// A finding on a claim of the response.
    pub enum GuardrailAutomatedReasoningFinding {
        /// The claim follows from the rules.
        Valid(GuardrailAutomatedReasoningVerdict) = "valid",
        /// The claim contradicts the rules.
        Invalid(GuardrailAutomatedReasoningVerdict) = "invalid",
        /// The claim may be true or false.
        Satisfiable(GuardrailAutomatedReasoningVerdict) = "satisfiable",
        /// The premises contradict each other or the rules.
        Impossible(GuardrailAutomatedReasoningVerdict) = "impossible",
        /// The claim is ambiguous.
        TranslationAmbiguous(GuardrailAutomatedReasoningDifferences) = "translationAmbiguous",
        /// The claim is too complex to be evaluated.
        TooComplex(GuardrailAutomatedReasoningNothing) = "tooComplex",
        /// No rule applies to the claim.
        NoTranslations(GuardrailAutomatedReasoningNothing) = "noTranslations",
    }
}

// Four shapes of the service model have subsets of these members. One type reads and writes them all, because each
// member is optional.
open_struct! {
    /// A verdict and its basis (`…ValidFinding`, `…InvalidFinding`, `…SatisfiableFinding`, `…ImpossibleFinding`).
    pub struct GuardrailAutomatedReasoningVerdict {
        /// The claim in logic.
        optional translation: GuardrailAutomatedReasoningTranslation = "translation",
        /// A scenario in which the claim is true.
        optional claims_true_scenario: GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// A scenario in which the claim is false.
        optional claims_false_scenario: GuardrailAutomatedReasoningScenario = "claimsFalseScenario",
        /// The rules that the claim follows from.
        optional supporting_rules: Vec<GuardrailAutomatedReasoningRule> = "supportingRules",
        /// The rules that the claim contradicts.
        optional contradicting_rules: Vec<GuardrailAutomatedReasoningRule> = "contradictingRules",
        /// A warning about the logic of the claim.
        optional logic_warning: GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }
}

open_struct! {
    /// The interpretations of an ambiguous claim (`…TranslationAmbiguousFinding`).
    pub struct GuardrailAutomatedReasoningDifferences {
        /// The interpretations.
        optional options: Vec<GuardrailAutomatedReasoningTranslationOption> = "options",
        /// Scenarios in which the interpretations differ.
        optional difference_scenarios: Vec<GuardrailAutomatedReasoningScenario> = "differenceScenarios",
    }
}

open_struct! {
    /// A finding without members (`…TooComplexFinding`, `…NoTranslationsFinding`).
    pub struct GuardrailAutomatedReasoningNothing {}
}

open_struct! {
    /// An interpretation of a claim.
    pub struct GuardrailAutomatedReasoningTranslationOption {
        /// The claim in logic.
        optional translations: Vec<GuardrailAutomatedReasoningTranslation> = "translations",
    }
}

open_struct! {
    /// A claim in logic.
    pub struct GuardrailAutomatedReasoningTranslation {
        /// The premises.
        optional premises: Vec<GuardrailAutomatedReasoningStatement> = "premises",
        /// The claims.
        optional claims: Vec<GuardrailAutomatedReasoningStatement> = "claims",
        /// Premises that could not be translated to logic.
        optional untranslated_premises: Vec<GuardrailAutomatedReasoningInputTextReference> = "untranslatedPremises",
        /// Claims that could not be translated to logic.
        optional untranslated_claims: Vec<GuardrailAutomatedReasoningInputTextReference> = "untranslatedClaims",
        /// The confidence of the translation, 0 to 1.
        optional confidence: Number = "confidence",
    }
}

open_struct! {
    /// A statement, in logic and in natural language.
    pub struct GuardrailAutomatedReasoningStatement {
        /// The statement in logic.
        optional logic: String = "logic",
        /// The statement in natural language.
        optional natural_language: String = "naturalLanguage",
    }
}

open_struct! {
    /// A passage of the text.
    pub struct GuardrailAutomatedReasoningInputTextReference {
        /// The passage.
        optional text: String = "text",
    }
}

open_struct! {
    /// A scenario: statements that are true together.
    pub struct GuardrailAutomatedReasoningScenario {
        /// The statements.
        optional statements: Vec<GuardrailAutomatedReasoningStatement> = "statements",
    }
}

open_struct! {
    /// A rule of a policy.
    pub struct GuardrailAutomatedReasoningRule {
        /// The id.
        optional identifier: String = "identifier",
        /// The ARN of the policy's version.
        optional policy_version_arn: String = "policyVersionArn",
    }
}

open_struct! {
    /// A warning about the logic of a claim.
    pub struct GuardrailAutomatedReasoningLogicWarning {
        /// The kind of warning.
        optional kind: GuardrailAutomatedReasoningLogicWarningType = "type",
        /// The premises that cause it.
        optional premises: Vec<GuardrailAutomatedReasoningStatement> = "premises",
        /// The claims that cause it.
        optional claims: Vec<GuardrailAutomatedReasoningStatement> = "claims",
    }
}

open_enum! {
    /// A kind of warning about the logic of a claim.
    pub enum GuardrailAutomatedReasoningLogicWarningType {
        /// The claim is never true, whatever the rules.
        AlwaysFalse = "ALWAYS_FALSE",
        /// The claim is always true, whatever the rules.
        AlwaysTrue = "ALWAYS_TRUE",
    }
}
