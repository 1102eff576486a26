// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { Devices } from "../../src/devices/Devices.sol";
import { Emission } from "../../src/emission/Emission.sol";
import { DigitalKeys } from "../../src/keys/DigitalKeys.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { Leases } from "../../src/leases/Leases.sol";
import { IMasternodes } from "../../src/masternodes/IMasternodes.sol";
import { Masternodes } from "../../src/masternodes/Masternodes.sol";
import { Prices } from "../../src/prices/Prices.sol";
import { LockedReserve } from "../../src/reserve/LockedReserve.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Settlement } from "../../src/settlement/Settlement.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";
import { Treasury } from "../../src/treasury/Treasury.sol";
import { ValidatorPool } from "../../src/treasury/ValidatorPool.sol";
import { Deploy } from "../base/Deploy.sol";

/// @title The whole network as genesis makes it: every contract real and at its address; values of a local network.
abstract contract Network is Deploy {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant PERIOD = 300;
    uint256 internal constant POSTING = 20;
    uint256 internal constant MEASURE = 60;
    uint256 internal constant REORDER = 120;
    uint256 internal constant HALF = 10_500_000e18;
    uint96 internal constant STAKE = 1e18;
    uint40 internal constant UNBONDING = 600;
    /// @dev A dollar an NXQ, in wei per micro-USD, rounded to a multiple of 3,600.
    uint256 internal constant PRICE = 1e12 - (1e12 % 3600);
    /// @dev A dollar, in micro-USD.
    uint256 internal constant KEY_PRICE = 1e6;
    uint16 internal constant FOUNDING_KEYS = 3;
    uint32 internal constant FOUNDING_MASTERNODES = 5;

    Emission internal constant EMISSION = Emission(System.EMISSION);
    DigitalKeys internal constant KEYS = DigitalKeys(System.DIGITAL_KEYS);
    Devices internal constant DEVICES = Devices(System.DEVICES);
    Masternodes internal constant MASTERNODES = Masternodes(System.MASTERNODES);
    Prices internal constant PRICES = Prices(System.PRICES);
    Leases internal constant LEASES = Leases(System.LEASES);
    Settlement internal constant SETTLEMENT = Settlement(payable(System.SETTLEMENT));
    Treasury internal constant TREASURY = Treasury(payable(System.TREASURY));
    ValidatorPool internal constant VALIDATOR_POOL = ValidatorPool(payable(System.VALIDATOR_POOL));

    address internal owner = makeAddr("owner");
    address internal priceSigner = makeAddr("price signer");
    address internal founder = makeAddr("founder");
    address internal secondFounder = makeAddr("second founder");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal stranger = makeAddr("stranger");

    function setUpNetwork() internal {
        vm.warp(GENESIS);
        vm.roll(1);
        deployAt(System.EMISSION, abi.encodePacked(creationCodeOf("Emission"), abi.encode(GENESIS, PERIOD)));
        deployAt(System.LOCKED_RESERVE, creationCodeOf("LockedReserve"));
        vm.deal(System.EMISSION, HALF);
        vm.deal(System.LOCKED_RESERVE, HALF);
        _deployKeysAndDevices();
        _deployMasternodes();
        _deployMoney();
    }

    /// @dev Key, and so address, of the masternode that genesis admits as `id`, counted from 1; its seat is `id - 1`.
    function masternodeKey(uint32 id) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("masternode", id)));
    }

    function masternode(uint32 id) internal pure returns (address) {
        return vm.addr(masternodeKey(id));
    }

    function operator(uint32 id) internal pure returns (address) {
        return address(uint160(0xD000 + id));
    }

    /// @dev The private key behind `makeAddr(name)`.
    function keyOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(bytes(name)));
    }

    function signDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Every masternode posts a file in each period up to `time`, so that all stay active; then it is `time`.
    function passAwake(uint256 time) internal {
        for (uint256 period = MASTERNODES.currentPeriod(); period < MASTERNODES.periodOf(time); ++period) {
            vm.warp(MASTERNODES.periodStart(period + 1));
            for (uint32 id = 1; id <= FOUNDING_MASTERNODES; ++id) {
                vm.prank(masternode(id));
                SETTLEMENT.postFile(period, keccak256(abi.encode(period, id)));
            }
        }
        vm.warp(time);
    }

    function buyKey(address holder) internal returns (uint256 key) {
        uint256 price = KEYS.weiPrice();
        vm.deal(address(this), price);
        return KEYS.buy{ value: price }(holder);
    }

    function _deployKeysAndDevices() private {
        DigitalKeys.FoundingGrant[] memory grants = new DigitalKeys.FoundingGrant[](2);
        grants[0] = DigitalKeys.FoundingGrant(founder, 2);
        grants[1] = DigitalKeys.FoundingGrant(secondFounder, FOUNDING_KEYS - 2);
        deployProxyAt(
            System.DIGITAL_KEYS,
            creationCodeOf("DigitalKeys"),
            abi.encodeCall(DigitalKeys.initialize, (owner, KEY_PRICE, grants))
        );
        deployProxyAt(
            System.DEVICES,
            abi.encodePacked(creationCodeOf("Devices"), abi.encode(MEASURE, REORDER)),
            abi.encodeCall(Devices.initialize, (owner))
        );
    }

    function _deployMasternodes() private {
        Masternodes.Founding[] memory founding = new Masternodes.Founding[](FOUNDING_MASTERNODES);
        for (uint32 id = 1; id <= FOUNDING_MASTERNODES; ++id) {
            founding[id - 1] = Masternodes.Founding({
                signer: masternode(id),
                registration: IMasternodes.Registration({
                    operator: operator(id),
                    tlsKeyHash: keccak256(abi.encode("masternode's tls key", id)),
                    region: "eu-west-1",
                    endpoint: "masternode.example:4433"
                })
            });
        }
        deployProxyAt(
            System.MASTERNODES,
            abi.encodePacked(creationCodeOf("Masternodes"), abi.encode(GENESIS, PERIOD, POSTING)),
            abi.encodeCall(Masternodes.initialize, (owner, STAKE, UNBONDING, 3, founding))
        );
    }

    function _deployMoney() private {
        address[] memory signers = new address[](1);
        signers[0] = priceSigner;
        deployProxyAt(
            System.PRICES,
            abi.encodePacked(creationCodeOf("Prices"), abi.encode(GENESIS, PERIOD, 1, 1)),
            abi.encodeCall(Prices.initialize, (owner, PRICE, 2000, signers))
        );
        deployProxyAt(
            System.LEASES,
            abi.encodePacked(creationCodeOf("Leases"), abi.encode(GENESIS, PERIOD, POSTING)),
            abi.encodeCall(Leases.initialize, (owner, ILeases.Terms(60, 60, 1000)))
        );
        deployProxyAt(
            System.SETTLEMENT,
            abi.encodePacked(creationCodeOf("Settlement"), abi.encode(GENESIS, PERIOD, POSTING)),
            abi.encodeCall(Settlement.initialize, (owner, ISettlement.EmissionShares(8000, 1000)))
        );
        ITreasury.Founder[] memory founders = new ITreasury.Founder[](2);
        founders[0] = ITreasury.Founder(founder, 3333);
        founders[1] = ITreasury.Founder(secondFounder, 6667);
        deployProxyAt(
            System.TREASURY,
            abi.encodePacked(creationCodeOf("Treasury"), abi.encode(GENESIS, PERIOD)),
            abi.encodeCall(Treasury.initialize, (owner, ITreasury.IncomeShares(5000, 1000, 2000), founders))
        );
        deployProxyAt(
            System.VALIDATOR_POOL,
            creationCodeOf("ValidatorPool"),
            abi.encodeCall(ValidatorPool.initialize, (owner))
        );
    }
}
