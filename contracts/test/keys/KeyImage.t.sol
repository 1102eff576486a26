// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { DeviceStatus } from "../../src/devices/IDevices.sol";
import { KeyImage } from "../../src/keys/KeyImage.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";
import { Base64Decoder } from "./Base64Decoder.sol";

/// @dev The reader of JSON that forge has.
interface Json {
    function parseJsonString(string calldata json, string calldata path) external pure returns (string memory);
    function parseJsonUint(string calldata json, string calldata path) external pure returns (uint256);
}

/// @title What a wallet reads of a key.
contract KeyImageTest is DevicesFixture {
    using Strings for uint256;

    string private constant JSON_PREFIX = "data:application/json;base64,";
    string private constant SVG_PREFIX = "data:image/svg+xml;base64,";

    function setUp() public {
        setUpNetwork();
    }

    function test_aFreshKeySaysThatItActivatesNothing() public {
        string memory json = _metadata(buyKey(alice));
        assertText(_field(json, ".name"), "NexQloud digital key #4", "name");
        assertText(_attribute(json, 1), "no", "founding");
        assertText(_attribute(json, 2), "none", "device");
        assertText(_attribute(json, 3), "none", "status");
    }

    function test_aFoundingKeySaysSo() public view {
        string memory json = _metadata(1);
        assertText(_attribute(json, 1), "yes", "founding");
        assertTrue(_holds(_image(json), "#3b2a6b"), "in its own colour");
    }

    function test_theImageFollowsTheDevice() public {
        uint32 id = registerNew("alice");
        uint256 key = DEVICES.device(id).key;
        assertText(_attribute(_metadata(key), 2), "1", "device");
        assertText(_attribute(_metadata(key), 3), "registered", "status");
        measureNow(id, scores(10));
        assertText(_attribute(_metadata(key), 3), "measured", "status");
        acceptAs("alice", id, scores(10));
        assertText(_attribute(_metadata(key), 3), "active", "status");
        assertTrue(_holds(_image(_metadata(key)), ">device 1<"), "the image names it");
        transferKey(alice, bob, key);
        assertText(_attribute(_metadata(key), 3), "suspended", "status");
        retireAs("bob", id);
        assertText(_attribute(_metadata(key), 2), "none", "free again");
        assertTrue(_holds(_image(_metadata(key)), ">no device<"), "free again");
    }

    function test_aKeyThatDoesNotExistHasNoImage() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        KEYS.tokenURI(99);
    }

    function testFuzz_theMetadataIsJsonWithAnSvgWhateverTheNumbers(
        uint256 key,
        bool founding,
        uint32 device,
        uint8 status
    ) public pure {
        key = bound(key, 0, 2 ** 53 - 1);
        DeviceStatus shown = DeviceStatus(status % 6);
        string memory json = string(
            Base64Decoder.decodeAfter(JSON_PREFIX, KeyImage.uri(KeyImage.Facts(key, founding, device, shown)))
        );
        assertEq(Json(address(vm)).parseJsonUint(json, ".attributes[0].value"), key, "number");
        assertText(_attribute(json, 2), device == 0 ? "none" : uint256(device).toString(), "device");
        assertText(_attribute(json, 3), KeyImage.statusName(shown), "status");
        string memory image = _image(json);
        assertTrue(_holds(image, "<svg xmlns="), "starts as an image");
        assertTrue(_holds(image, string.concat(">#", key.toString(), "</text>")), "shows its number");
        assertTrue(_holds(image, "</text></svg>"), "ends as one");
    }

    function _metadata(uint256 key) private view returns (string memory) {
        return string(Base64Decoder.decodeAfter(JSON_PREFIX, KEYS.tokenURI(key)));
    }

    function _image(string memory json) private pure returns (string memory) {
        return string(Base64Decoder.decodeAfter(SVG_PREFIX, _field(json, ".image")));
    }

    function _attribute(string memory json, uint256 index) private pure returns (string memory) {
        return _field(json, string.concat(".attributes[", index.toString(), "].value"));
    }

    function _field(string memory json, string memory path) private pure returns (string memory) {
        return Json(address(vm)).parseJsonString(json, path);
    }

    function assertText(string memory left, string memory right, string memory what) internal pure {
        assertEq(keccak256(bytes(left)), keccak256(bytes(right)), what);
    }

    function _holds(string memory text, string memory part) private pure returns (bool) {
        (bytes memory all, bytes memory wanted) = (bytes(text), bytes(part));
        for (uint256 i = 0; i + wanted.length <= all.length; ++i) {
            uint256 same = 0;
            while (same < wanted.length && all[i + same] == wanted[same]) {
                ++same;
            }
            if (same == wanted.length) return true;
        }
        return false;
    }
}
