import type { Mutant } from './mutants.ts'

const schedule: readonly Mutant[] = [
  {
    name: 'the emission halves an era early',
    file: 'emission/EmissionSchedule.sol',
    original: '((DAY_EMISSION >> era) * periodSeconds) / 1 days',
    mutated: '((DAY_EMISSION >> (era + 1)) * periodSeconds) / 1 days',
    caughtBy: 'test_aDayEmits3600AndHalfOfItInEachLaterEra',
  },
  {
    name: 'an era is a day short',
    file: 'emission/EmissionSchedule.sol',
    original: '1461 days',
    mutated: '1460 days',
    caughtBy: 'test_aDayEmits3600AndHalfOfItInEachLaterEra',
  },
  {
    name: 'the last era emits nothing',
    file: 'emission/EmissionSchedule.sol',
    original: 'ERAS = 10;',
    mutated: 'ERAS = 9;',
    caughtBy: 'test_mainWalkedDayByDayEmitsTheSupplyToTheWei',
  },
  {
    name: 'the last period is not cut',
    file: 'emission/EmissionSchedule.sol',
    original: 'if (emitted > SUPPLY) emitted = SUPPLY;',
    mutated: '',
    caughtBy: 'test_mainWalkedDayByDayEmitsTheSupplyToTheWei',
  },
  {
    name: 'a wei too many is emitted',
    file: 'emission/EmissionSchedule.sol',
    original: 'SUPPLY = 10_500_000e18;',
    mutated: 'SUPPLY = 10_500_000e18 + 1;',
    caughtBy: 'test_mainWalkedDayByDayEmitsTheSupplyToTheWei',
  },
  {
    name: 'a network whose periods emit no whole wei starts',
    file: 'emission/Emission.sol',
    original:
      'if (!EmissionSchedule.dividesExactly(periodSeconds_)) revert EmissionInexact(periodSeconds_);',
    mutated: '',
    caughtBy: 'test_refusesPeriodsThatDoNotDivide',
  },
  {
    name: 'a period is released while it runs',
    file: 'emission/Emission.sol',
    original: 'periodStart(period + 1)',
    mutated: 'periodStart(period)',
    caughtBy: 'test_releasesAPeriodOnceItIsOver',
  },
  {
    name: 'a period is released twice',
    file: 'emission/Emission.sol',
    original: 'if (released.get(period)) revert EmissionAlreadyReleased(period);',
    mutated: '',
    caughtBy: 'test_aPeriodIsReleasedOnce',
  },
  {
    name: 'anybody takes the emission',
    file: 'emission/Emission.sol',
    original:
      'if (msg.sender != System.SETTLEMENT) revert EmissionCallerNotSettlement(msg.sender);',
    mutated: '',
    caughtBy: 'testFuzz_guardsReleaseAgainstEverybodyButTheSettlement',
  },
]

const keys: readonly Mutant[] = [
  {
    name: 'a founding key is sold',
    file: 'keys/DigitalKeys.sol',
    original: 'if (isFounding(key)) revert DigitalKeysFounding(key);',
    mutated: '',
    caughtBy: 'test_guardsTransferOfAFoundingKeyWhoeverAsks',
  },
  {
    name: 'a bought key cannot be sold',
    file: 'keys/DigitalKeys.sol',
    original: 'key <= _digitalKeys().foundingKeys',
    mutated: 'key <= _digitalKeys().supply',
    caughtBy: 'test_anyWalletHoldsAndSendsABoughtKey',
  },
  {
    name: 'a sold key leaves its device with the seller',
    file: 'keys/DigitalKeys.sol',
    original: 'DEVICES.keyTransferred(key, to);',
    mutated: '',
    caughtBy: 'test_aTransferByAnOperatorSuspendsTheDeviceToo',
  },
  {
    name: 'a key costs whatever is paid',
    file: 'keys/DigitalKeys.sol',
    original: 'if (msg.value < price) revert DigitalKeysUnderpaid(msg.value, price);',
    mutated: 'price = price < msg.value ? price : msg.value;',
    caughtBy: 'test_guardsBuyingForLessThanThePrice',
  },
  {
    name: 'a key is sold at a price that is not firm',
    file: 'keys/DigitalKeys.sol',
    original: 'if (!firm) revert DigitalKeysNotForSale();',
    mutated: '',
    caughtBy: 'test_guardsBuyingWhileThePriceOfNxqIsNotFirm',
  },
  {
    name: 'the change is kept',
    file: 'keys/DigitalKeys.sol',
    original: 'uint256 rest = msg.value - price;',
    mutated: 'uint256 rest = 0;',
    caughtBy: 'testFuzz_aKeyCostsItsPriceAndNothingMore',
  },
]

const signatures: readonly Mutant[] = [
  {
    name: 'a registration is replayed',
    file: 'devices/Devices.sol',
    original: '_useNonce(claimant)',
    mutated: 'nonces(claimant)',
    caughtBy: 'test_aRegistrationIsUsedOnce',
  },
  {
    name: 'an acceptance is replayed',
    file: 'devices/Devices.sol',
    original: '_useNonce(holder)',
    mutated: 'nonces(holder)',
    caughtBy: 'test_anAcceptanceFromBeforeASaleIsWorthNothingWhenItWasUsed',
  },
  {
    name: 'an acceptance is good for any device',
    file: 'devices/Devices.sol',
    original: 'abi.encode(ACCEPTANCE_TYPEHASH, id, scores',
    mutated: 'abi.encode(ACCEPTANCE_TYPEHASH, uint32(1), scores',
    caughtBy: 'test_guardsAcceptanceAgainstReplayOtherDevicesOwnersAndChains',
  },
  {
    name: 'a retirement is good for any device',
    file: 'devices/Devices.sol',
    original: 'abi.encode(RETIREMENT_TYPEHASH, id,',
    mutated: 'abi.encode(RETIREMENT_TYPEHASH, uint32(1),',
    caughtBy: 'test_guardsRetirementAgainstReplayOtherDevicesAndOthers',
  },
  {
    name: 'a signature is good for ever',
    file: 'devices/Devices.sol',
    original:
      'if (block.timestamp > deadline) revert DevicesDeadlinePassed(deadline, block.timestamp);',
    mutated: '',
    caughtBy: 'test_guardsRegistrationAfterItsDeadline',
  },
  {
    name: "a device is registered to somebody else's key",
    file: 'devices/Devices.sol',
    original:
      'if (holder != claimant) revert DevicesNotKeyOwner(registration.key, holder, claimant);',
    mutated: '',
    caughtBy: 'test_guardsRegistrationToAKeyOfSomebodyElse',
  },
  {
    name: 'a key activates two devices',
    file: 'devices/Devices.sol',
    original: 'if (used != 0) revert DevicesKeyInUse(registration.key, used);',
    mutated: '',
    caughtBy: 'test_aKeyActivatesOneDevice',
  },
  {
    name: 'scores that nobody measured are accepted',
    file: 'devices/Devices.sol',
    original: 'if (!_isOffered(record, scores)) revert DevicesScoresNotOffered(id);',
    mutated: '',
    caughtBy: 'test_theOwnerAcceptsExactlyWhatWasMeasured',
  },
  {
    name: 'the buyer accepts scores that were measured anew',
    file: 'devices/Devices.sol',
    original: 'record.hasOffer ? record.offered : record.accepted',
    mutated: 'record.status == DeviceStatus.Suspended ? record.accepted : record.offered',
    caughtBy: 'test_theBuyerOfASuspendedDeviceAcceptsWhatWasMeasuredLast',
  },
  {
    name: 'anybody says that a key was sold',
    file: 'devices/Devices.sol',
    original: 'if (msg.sender != System.DIGITAL_KEYS) revert DevicesCallerNotKeys(msg.sender);',
    mutated: '',
    caughtBy: 'testFuzz_guardsTheNewsOfATransferAgainstEverybodyButTheKeys',
  },
  {
    name: 'a retired device keeps its key',
    file: 'devices/Devices.sol',
    original: 'delete _devices().byKey[record.key];',
    mutated: '',
    caughtBy: 'test_retiringFreesBothKeysAndIsForGood',
  },
]

const measurements: readonly Mutant[] = [
  {
    name: 'a sold device works on',
    file: 'devices/DeviceTable.sol',
    original: '(4 << 108)',
    mutated: '(3 << 108)',
    caughtBy: 'test_aSoldKeySuspendsItsDeviceUntilTheBuyerAccepts',
  },
  {
    name: 'the buyer owns a device a second late',
    file: 'devices/Ownership.sol',
    original: 'record.ownedSince <= time',
    mutated: 'record.ownedSince < time',
    caughtBy: 'testFuzz_theOwnerAtAnyTimeEqualsAPlainList',
  },
  {
    name: 'earlier owners are remembered from their sale on',
    file: 'devices/Ownership.sol',
    original: 'record.earlier.push(record.ownedSince, uint160(record.owner));',
    mutated: 'record.earlier.push(uint40(block.timestamp), uint160(record.owner));',
    caughtBy: 'testFuzz_theOwnerAtAnyTimeEqualsAPlainList',
  },
  {
    name: 'who owned a device for no second is remembered',
    file: 'devices/Ownership.sol',
    original: 'if (record.ownedSince != block.timestamp) {',
    mutated: 'if (record.ownedSince != 0) {',
    caughtBy: 'test_whoOwnedADeviceForNoSecondNeverOwnedIt',
  },
  {
    name: 'a measurer is drawn in the block of the order',
    file: 'devices/Measurements.sol',
    original: 'block.number <= record.drawBlock',
    mutated: 'block.number < record.drawBlock',
    caughtBy: 'test_nobodyIsDrawnInTheBlockOfTheOrder',
  },
  {
    name: 'each block draws another measurer',
    file: 'devices/Measurements.sol',
    original: 'blockhash(record.drawBlock)',
    mutated: 'blockhash(block.number - 1)',
    caughtBy: 'test_undoingADrawGainsNothing',
  },
  {
    name: 'a draw is made anew at will',
    file: 'devices/Measurements.sol',
    original:
      'if (block.timestamp <= record.measureBefore) revert DevicesDrawPending(id, record.measureBefore);',
    mutated: '',
    caughtBy: 'test_theDrawnMasternodeHasItsTimeAndNoMore',
  },
  {
    name: 'any active masternode measures',
    file: 'devices/Measurements.sol',
    original: 'caller == 0 || caller != record.measurer',
    mutated: 'caller == 0',
    caughtBy: 'test_onlyTheDrawnMasternodeMeasures',
  },
  {
    name: 'a measurement comes late',
    file: 'devices/Measurements.sol',
    original:
      'if (block.timestamp > record.measureBefore) revert DevicesMeasuredTooLate(id, record.measureBefore);',
    mutated: '',
    caughtBy: 'test_theDrawnMasternodeHasItsTimeAndNoMore',
  },
  {
    name: 'what is higher counts at once',
    file: 'devices/ScoreRule.sol',
    original: 'Math.min(counted, Math.max(before, now_))',
    mutated: 'Math.max(before, now_)',
    caughtBy: 'testFuzz_whatIsLowerCountsOnceConfirmedAndWhatIsHigherOnceAccepted',
  },
  {
    name: 'a TLS key is shown by two devices',
    file: 'devices/Measurements.sol',
    original: 'if (used != 0 && used != id) revert DevicesTlsKeyInUse(tlsKeyHash, used);',
    mutated: '',
    caughtBy: 'test_aStrangerWhoRegistersTheTlsKeyFirstKeepsNobodyOut',
  },
  {
    name: 'one masternode is drawn more often',
    file: 'devices/Measurements.sol',
    original: 'random % count',
    mutated: 'random % (count + 1) % count',
    caughtBy: 'test_everyActiveMasternodeIsAsLikely',
  },
]

/** Mutants of the emission, the keys and the devices. */
export const registryMutants: readonly Mutant[] = [
  ...schedule,
  ...keys,
  ...signatures,
  ...measurements,
]
