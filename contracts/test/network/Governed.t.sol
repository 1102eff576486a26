// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { ERC1967Utils } from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import { Initializable } from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import { UUPSUpgradeable } from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import { Governed } from "../../src/base/Governed.sol";
import { System } from "../../src/base/System.sol";
import { Devices } from "../../src/devices/Devices.sol";
import { DigitalKeys } from "../../src/keys/DigitalKeys.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { Leases } from "../../src/leases/Leases.sol";
import { Masternodes } from "../../src/masternodes/Masternodes.sol";
import { Prices } from "../../src/prices/Prices.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Settlement } from "../../src/settlement/Settlement.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";
import { Treasury } from "../../src/treasury/Treasury.sol";
import { ValidatorPool } from "../../src/treasury/ValidatorPool.sol";
import { Network } from "./Network.sol";

/// @dev What a vote could upgrade to.
contract NextVersion is Governed {
    function version() external pure returns (uint256) {
        return 2;
    }
}

/// @title Every upgradeable contract obeys one owner, and nobody else.
contract GovernedTest is Network {
    function setUp() public {
        setUpNetwork();
    }

    function test_onlyTheOwnerUpgrades() public {
        address next = address(new NextVersion());
        for (uint256 i = 0; i < 8; ++i) {
            Governed governed = _governed(i);
            vm.expectRevert(
                abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, stranger)
            );
            vm.prank(stranger);
            governed.upgradeToAndCall(next, "");
            vm.prank(owner);
            governed.upgradeToAndCall(next, "");
            assertEq(NextVersion(address(governed)).version(), 2, "the new code runs");
            assertEq(governed.owner(), owner, "under the same owner");
        }
    }

    function test_neitherCodeNorProxyIsInitialisedAgain() public {
        for (uint256 i = 0; i < 8; ++i) {
            address proxy = address(_governed(i));
            _refuseInitialisation(proxy, i);
            _refuseInitialisation(implementationOf(proxy), i);
            assertEq(Governed(implementationOf(proxy)).owner(), address(0), "nobody owns the code itself");
        }
    }

    function test_theCodeItselfIsNoProxy() public {
        address next = address(new NextVersion());
        for (uint256 i = 0; i < 8; ++i) {
            vm.expectRevert(UUPSUpgradeable.UUPSUnauthorizedCallContext.selector);
            Governed(implementationOf(address(_governed(i)))).upgradeToAndCall(next, "");
        }
    }

    function test_ownershipMovesInTwoSteps() public {
        for (uint256 i = 0; i < 8; ++i) {
            Governed governed = _governed(i);
            vm.prank(owner);
            governed.transferOwnership(alice);
            assertEq(governed.owner(), owner, "not yet");
            vm.expectRevert(
                abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, stranger)
            );
            vm.prank(stranger);
            governed.acceptOwnership();
            vm.prank(alice);
            governed.acceptOwnership();
            assertEq(governed.owner(), alice, "now");
        }
    }

    function test_ownershipIsNeverRenounced() public {
        for (uint256 i = 0; i < 8; ++i) {
            vm.expectRevert(Governed.GovernedOwnerRequired.selector);
            vm.prank(owner);
            _governed(i).renounceOwnership();
        }
    }

    function test_anUpgradeNeedsCodeThatCanBeUpgradedAgain() public {
        for (uint256 i = 0; i < 8; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ERC1967Utils.ERC1967InvalidImplementation.selector, System.EMISSION)
            );
            vm.prank(owner);
            _governed(i).upgradeToAndCall(System.EMISSION, "");
        }
    }

    function _refuseInitialisation(address target, uint256 index) private {
        ITreasury.Founder[] memory founders = new ITreasury.Founder[](1);
        founders[0] = ITreasury.Founder(stranger, 10_000);
        bytes[8] memory calls = [
            abi.encodeCall(DigitalKeys.initialize, (stranger, 1, new DigitalKeys.FoundingGrant[](0))),
            abi.encodeCall(Devices.initialize, (stranger)),
            abi.encodeCall(Masternodes.initialize, (stranger, 0, 0, 3, new Masternodes.Founding[](0))),
            abi.encodeCall(Prices.initialize, (stranger, 3600, 2000, new address[](1))),
            abi.encodeCall(Leases.initialize, (stranger, ILeases.Terms(60, 60, 1000))),
            abi.encodeCall(Settlement.initialize, (stranger, ISettlement.EmissionShares(8000, 1000))),
            abi.encodeCall(
                Treasury.initialize, (stranger, ITreasury.IncomeShares(5000, 1000, 2000), founders)
            ),
            abi.encodeCall(ValidatorPool.initialize, (stranger))
        ];
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        (bool called,) = target.call(calls[index]);
        assertTrue(called, "the call was made");
    }

    function _governed(uint256 index) private pure returns (Governed) {
        address[8] memory all = [
            System.DIGITAL_KEYS,
            System.DEVICES,
            System.MASTERNODES,
            System.PRICES,
            System.LEASES,
            System.SETTLEMENT,
            System.TREASURY,
            System.VALIDATOR_POOL
        ];
        return Governed(all[index]);
    }
}
